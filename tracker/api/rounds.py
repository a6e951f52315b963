"""Rounds: recording, reading, striking and correcting them."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from ..actions.correct_round import correct_round
from ..actions.record_round import record_round
from ..actions.retract_round import retract_round
from ..audit.record import Actor
from ..errors import NotFound
from ..models import NotDone, Round, RoundValue
from ..permissions import stay_for
from ..prepared import prepared
from ..roles import Perm
from .documentation import lists, reads, writes
from .endpoint import Endpoint
from .idempotency import Answer
from .shapes import CorrectionSerializer, NewRoundSerializer, ReasonSerializer, RoundSerializer
from .writing import Write


@extend_schema_view(
    get=lists("rounds_list", "A patient's rounds, the latest recorded first", RoundSerializer),
    post=writes(
        "rounds_record",
        "Record a round",
        NewRoundSerializer,
        RoundSerializer,
        more="Surprising but possible values are refused as `please_confirm` until their code is in `confirmed`.",
    ),
)
class Rounds(Write):
    """The rounds of one patient, struck ones included."""

    permissions: ClassVar[dict[str, Perm]] = {"GET": Perm.VIEW_CHART, "POST": Perm.RECORD_ROUND}
    takes = NewRoundSerializer

    def get(self, request: Request, patient_id: int) -> Response:
        """One page of rounds."""
        self.filters()
        return self.page(rounds_shown().filter(patient=stay_for(request.user, patient_id).patient), RoundSerializer)

    def act(self, by: Actor, body: dict, patient_id: int) -> Answer:
        """Record."""
        confirmed = frozenset(body["confirmed"] or ())
        round_ = record_round(
            by=by,
            patient_id=patient_id,
            observed_at=body["observed_at"],
            values=body["values"],
            confirmed=confirmed,
            note=body["note"] or "",
            not_done=body["not_done"],
        )
        return 201, round_shown(round_.pk)


@extend_schema_view(get=reads("rounds_read", "One round", RoundSerializer))
class OneRound(Endpoint):
    """A round with its values as they were typed."""

    permissions: ClassVar[dict[str, Perm]] = {"GET": Perm.VIEW_CHART}

    def get(self, request: Request, round_id: int) -> Response:
        """The round, or 404."""
        return self.one(round_for(request, round_id), RoundSerializer)


@extend_schema_view(
    post=writes(
        "rounds_retract",
        "Strike a round that was entered in error",
        ReasonSerializer,
        RoundSerializer,
        status=200,
        more="The round stays visible; what it triggered is undone and what it released is un-released.",
    )
)
class RetractRound(Write):
    """Strike a round."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.RECORD_ROUND}
    takes = ReasonSerializer

    def act(self, by: Actor, body: dict, round_id: int) -> Answer:
        """Strike."""
        retract_round(by=by, round_id=round_id, reason=body["reason"])
        return 200, round_shown(round_id)


@extend_schema_view(
    post=writes(
        "rounds_correct", "Strike a round and record the right one in its place", CorrectionSerializer, RoundSerializer
    )
)
class CorrectRound(Write):
    """Correct a round. The answer is the new one."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.RECORD_ROUND}
    takes = CorrectionSerializer

    def act(self, by: Actor, body: dict, round_id: int) -> Answer:
        """Correct."""
        body["confirmed"] = frozenset(body["confirmed"] or ())
        return 201, round_shown(correct_round(by=by, round_id=round_id, **body).pk)


def rounds_shown() -> QuerySet[Round]:
    """Rounds with all that an answer shows, in three queries whatever their number."""
    rounds = Round.objects.select_related("recorded_by", "corrected_by", "retraction__by")
    return rounds.prefetch_related("values", "not_done")


def round_shown(round_id: int) -> dict:
    """The round that was just charted, as the API answers it."""
    (round_,) = _round(round_id=round_id)
    # Where prefetching keeps them, too.
    round_._prefetched_objects_cache = {"values": _values(round_id=round_id), "not_done": _not_done(round_id=round_id)}
    return _shown().to_representation(round_)


@cache
def _shown() -> RoundSerializer:
    """Made once: making its fields anew costs more than reading them."""
    return RoundSerializer()


@prepared
def _round(round_id: int) -> QuerySet[Round]:
    return Round.objects.select_related("recorded_by", "corrected_by", "retraction__by").filter(pk=round_id).order_by()


@prepared
def _values(round_id: int) -> QuerySet[RoundValue]:
    return RoundValue.objects.filter(round_id=round_id).order_by("id")


@prepared
def _not_done(round_id: int) -> QuerySet[NotDone]:
    return NotDone.objects.filter(round_id=round_id).order_by("id")


def round_for(request: Request, round_id: int) -> Round:
    """Raises: NotFound no_such_round."""
    round_ = rounds_shown().filter(pk=round_id).first()
    if round_ is not None:
        try:
            stay_for(request.user, round_.patient_id)
        except NotFound:
            round_ = None
    if round_ is None:
        raise NotFound("no_such_round", "There is no such round on your wards.", remedy="Look at the patient's rounds.")
    return round_
