"""What the fuzzer is told about this API beyond its OpenAPI document."""
