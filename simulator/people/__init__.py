"""Who is simulated: arrivals, attributes, histories."""
