"""The names of this package's tasks, for nudges: actions never import tasks. Pure."""

DELIVER = "alerts.sweep_deliveries"
STEPS = "alerts.sweep_steps"
DELIVERY_QUEUE = "delivery"
