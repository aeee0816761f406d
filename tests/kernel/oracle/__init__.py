"""Asks a running Linux kernel what IPE does, and compares ipec with its answers."""
