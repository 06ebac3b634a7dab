"""Delivery: the only package that knows HTTP. The factory is app.factory."""
