"""The addresses of cycles, slots and doses in the API."""

from django.urls import path

from . import checks, cycles, doses, past_doses, slots

urlpatterns = [
    path("cycles/", cycles.Cycles.as_view(), name="cycles"),
    path("cycles/<int:cycle_id>/", cycles.OneCycle.as_view(), name="cycle"),
    path("cycles/<int:cycle_id>/start/", cycles.StartCycle.as_view(), name="cycle-start"),
    path("cycles/<int:cycle_id>/end/", cycles.EndCycle.as_view(), name="cycle-end"),
    path("cycles/<int:cycle_id>/go-on/", cycles.GoOn.as_view(), name="cycle-go-on"),
    path("cycles/<int:cycle_id>/slots/", slots.Slots.as_view(), name="slots"),
    path("cycles/<int:cycle_id>/slots/<int:number>/", slots.SlotByNumber.as_view(), name="slot-by-number"),
    path("slots/<int:slot_id>/", slots.OneSlot.as_view(), name="slot"),
    path("slots/<int:slot_id>/assessment/", slots.Assess.as_view(), name="slot-assessment"),
    path("slots/<int:slot_id>/bag/", checks.RecordBag.as_view(), name="slot-bag"),
    path("slots/<int:slot_id>/give/", doses.Give.as_view(), name="slot-give"),
    path("slots/<int:slot_id>/past-dose/", past_doses.PastDose.as_view(), name="slot-past-dose"),
    path("slots/<int:slot_id>/end/", doses.End.as_view(), name="slot-end"),
    path("slots/<int:slot_id>/hold/", doses.Hold.as_view(), name="slot-hold"),
    path("slots/<int:slot_id>/omit/", doses.Omit.as_view(), name="slot-omit"),
    path("slots/<int:slot_id>/override/", doses.Override.as_view(), name="slot-override"),
    path("entries/<int:entry_id>/strike/", doses.Strike.as_view(), name="entry-strike"),
]
