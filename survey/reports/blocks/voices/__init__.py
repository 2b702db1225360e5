"""What people say, for boards: themes and drawn comments of a partner's quarter, sealed with it."""
