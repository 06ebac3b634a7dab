"""Every table, gathered for migrations and for the mapper."""

import app.account.models
import app.jobs.models
import coding.layers
import coding.models
import coding.naming.models
import coding.object_models
import core.audit
import evaluation.models
import studies.models
import surveys.editing.models
import surveys.fieldwork.mailing_models
import surveys.fieldwork.models
import surveys.imports.models
import surveys.models
import surveys.paper.models

__all__: list[str] = []
