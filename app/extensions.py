"""The extensions, made once and bound to an application by the factory."""

from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from core.db import Base

# metadata= and not model_class=: the latter rebuilds the base from its class body and fails on a type_annotation_map.
db = SQLAlchemy(metadata=Base.metadata)
csrf = CSRFProtect()
babel = Babel()
