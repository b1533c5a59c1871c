"""What inspectors saw on instruments, beside what the registry said of them at that moment."""
