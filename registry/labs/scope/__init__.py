"""What laboratories are accredited for: dated lines, decisions about them, and results held against them."""
