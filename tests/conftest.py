"""No test has a deadline: hypothesis would fail an example that takes 200 ms, as on a busy machine any may."""

from hypothesis import HealthCheck, settings

settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")
