"""What the screens show, computed before the templates."""
