"""What every room's views and serializers share: checked requests, number fields, pages."""
