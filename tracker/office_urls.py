"""Audit, staff and wards: the administrator's and the auditor's pages."""

from django.urls import path

from .views import audit, devices, password, staff, wards

urlpatterns = [
    path("audit/", audit.entries, name="audit"),
    path("audit/export/", audit.export, name="audit-export"),
    path("staff/", staff.everybody, name="staff"),
    path("staff/new/", staff.new, name="staff-new"),
    path("staff/<int:user_id>/", staff.change, name="staff-change"),
    path("devices/", devices.devices, name="devices"),
    path("devices/<int:device_id>/revoke/", devices.revoke, name="device-revoke"),
    path("devices/lock-time/", devices.lock_time, name="lock-time"),
    path("account/", devices.account, name="account"),
    path("account/password/", password.own_password, name="own-password"),
    path("lock/", devices.lock, name="lock"),
    path("switch/", devices.switch, name="switch"),
    path("wards/", wards.everything, name="wards"),
    path("wards/new/", wards.new, name="ward-new"),
    path("wards/<int:ward_id>/beds/new/", wards.new_bed, name="bed-new"),
]
