"""From entitlement to cash: claims, queues, appropriations, books."""
