"""Compares ipec with IPE in a running Linux kernel."""
