"""The names of this package's tasks, for nudges: actions never import tasks. Pure."""

DELIVER = "alerts.sweep_deliveries"
STEPS = "alerts.sweep_steps"
LOOK = "alerts.sweep_time"
DELIVERY_QUEUE = "delivery"
