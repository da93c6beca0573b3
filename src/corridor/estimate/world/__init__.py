"""What is known of the past flows of the world, and the base that projections start from."""
