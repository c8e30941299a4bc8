"""The API and its schema."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "forum.accounts.authentication.HashedTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["forum.lib.parsing.StrictJsonParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "forum.lib.problems.problem_handler",
    # ``format`` is a field of ours (csv, jsonl), not a choice of renderer.
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    # Else the schema's address puts any ``?version=`` into a header.
    "ALLOWED_VERSIONS": ["1"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Postil API",
    "DESCRIPTION": "Articles, their threaded comments, and tagged annotations of both.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "integer"}, "username": {"type": "string"}},
    # Nothing may be left out of what a PATCH requires.
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_NAME_OVERRIDES": {
        "ActionEnum": "forum.moderation.models.Action",
        "ChosenActionEnum": "forum.moderation.deciding.LABELLED",
        "PostKindEnum": "forum.discussion.models.Kind",
        "PostStateEnum": "forum.discussion.models.State",
        "CaseStateEnum": "forum.moderation.models.CaseState",
        "SanctionKindEnum": "forum.moderation.models.Sanctioning",
        "SanctionScopeEnum": "forum.moderation.models.Scope",
        "PlacementStateEnum": "annotations.models.PlacementState",
    },
}
