"""Language models and learners: the only place that loads spaCy, scikit-learn and sentence vectors, in jobs only."""
