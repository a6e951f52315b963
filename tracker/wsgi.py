"""The web server's way in. It refuses to start while a page or endpoint names no permission."""

import gc
import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
application = get_wsgi_application()

from tracker.closed_world import unnamed  # noqa: E402  needs the applications loaded

if forgotten := unnamed():
    raise ImproperlyConfigured(f"No permission is named by {', '.join(forgotten)}.")

# What is loaded by now stays for ever. Without this the collector walks through all of it every few hundred requests,
# and somebody's board waits for it: 70 ms and more, measured. What one answer leaves behind is collected in one go.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 50, 50)
