"""Where an asset is and who has it: moves, check-outs, shipments and transfers, with their history."""
