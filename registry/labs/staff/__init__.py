"""Contacts, managers, signatories and verifiers of laboratories: told to those who keep or inspect them."""
