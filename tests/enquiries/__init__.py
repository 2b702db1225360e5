"""Tests of enquiries coming in, and of what is known of them."""
