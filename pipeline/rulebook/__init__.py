"""The rules as dated data: reading `pipeline/rulesets/*.toml`, inheritance, and what an installation has confirmed.

Nothing here touches database, clock or request. Begin with :func:`pipeline.rulebook.loading.load`.
"""
