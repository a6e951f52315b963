"""Enter a real hospital into an empty database, with the one person who can enter everybody else."""

from __future__ import annotations

from ..audit.gate import Trail, action
from ..audit.record import Actor
from ..errors import BadInput, Conflict
from ..models import Site, User
from ..typed import short_text
from .keep_staff import as_plain, new_user


@action("found_site", None)
def found_site(*, by: Actor, trail: Trail, name: str, username: str, full_name: str, password: str) -> User:
    """The hospital and its first administrator, who chose the password and so need not choose another.

    Nobody can be asked for a permission yet: whoever may run commands on this machine may do it, once.
    Raises: Conflict site_there, BadInput naming the field. Audit: the hospital, and the person without the password.
    """
    if Site.objects.exists() or User.objects.exists():
        raise Conflict(
            "site_there",
            "There is already a hospital or somebody of its staff in this database.",
            remedy="Use an empty database, or ask its administrator.",
        )
    name = short_text(name, field="name", longest=120)
    if not name:
        raise BadInput("missing_name", "The hospital needs a name.", field="name", remedy="Enter it.")
    site = Site.objects.create(id=1, name=name, demo=False)
    user = new_user(username=username, full_name=full_name, role="administrator", password=password)
    user.save()
    trail.about(object_type="site", object_id=site.pk)
    trail.done(after={"name": site.name, "demo": site.demo})
    trail.about(object_type="staff", object_id=user.pk)
    trail.done(action="create_user", after=as_plain(user))
    return user
