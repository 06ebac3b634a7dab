"""A connection that PostgreSQL ended while it rested is replaced before anybody notices."""

from sqlalchemy import create_engine, text

from app import database


def test_a_connection_ended_while_it_rested_is_replaced(postgresql_url, monkeypatch):
    url = postgresql_url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine, other = create_engine(url, pool_size=1, max_overflow=0), create_engine(url)
    database.prepare_engine(engine)
    with engine.connect() as connection:
        rested = connection.scalar(text("SELECT pg_backend_pid()"))
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": rested})
    monkeypatch.setattr(database, "REST_SECONDS", 0)

    with engine.connect() as connection:
        awake = connection.scalar(text("SELECT pg_backend_pid()"))

    assert awake != rested
    engine.dispose()
    other.dispose()
