"""Whether the service is alive and ready, and which models it runs."""

from fastapi import APIRouter, Response

from web.documents import ProblemDocument
from web.model_documents import ModelsDocument, model_document
from web.problems import problem
from web.service import Service


def health_router(service: Service) -> APIRouter:
    """Open to everybody: what watches over the service has no token."""
    router = APIRouter(tags=["service"])

    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        """The process runs and answers."""
        return {"status": "ok"}

    @router.get("/readyz", response_model=dict[str, str], responses={503: {"model": ProblemDocument}})
    async def ready() -> Response | dict[str, str]:
        """The models are loaded and warm; 503 before that."""
        if service.ready:
            return {"status": "ready"}
        return problem(503, "The models are being loaded.", headers={"retry-after": "1"})

    return router


def models_router(service: Service) -> APIRouter:
    router = APIRouter(prefix="/api/v1/models", tags=["service"])

    @router.get("")
    async def list_models() -> ModelsDocument:
        """The models that are loaded, the provider each one really runs on, and what was measured of it."""
        return ModelsDocument(models=[model_document(view) for view in service.models()])

    return router
