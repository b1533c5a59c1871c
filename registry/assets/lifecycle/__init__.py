"""An asset's life and care: its statuses with reasons and dates, checks, faults, upkeep and maintenance."""
