"""The kernel: mapped base, errors, the clock and the audit trail; imports nothing of ours."""
