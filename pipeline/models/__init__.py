from pipeline.models.rules import RuleConfirmation

__all__ = ["RuleConfirmation"]
