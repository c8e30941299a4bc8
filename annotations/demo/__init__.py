"""The demo: articles, people and what they wrote, as data; ``seed`` brings it to a site."""
