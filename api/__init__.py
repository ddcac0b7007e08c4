"""What every room's views and serializers share: checked requests, declared errors, number fields, pages."""
