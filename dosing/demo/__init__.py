"""The demo ward: a made-up site, made-up patients, and the actions of its staff along simulated time."""
