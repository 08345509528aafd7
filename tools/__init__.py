"""Maintenance scripts; nothing here is needed to run the service."""
