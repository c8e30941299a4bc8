"""Moderation, and what the law asks of it."""

from forum.lib.env import stop
from forum.settings.environment import env

#: Whether what several trusted people have flagged is hidden until a moderator has looked.
AUTO_HIDE = env.flag("AUTO_HIDE", True)
#: The share of decisions that another moderator looks at without knowing them, 0 to 1.
SECOND_REVIEW_SHARE = env.whole("SECOND_REVIEW_PERCENT", 0) / 100
#: For so many days a decision can be appealed; 0 for never. The Digital Services Act has six
#: months.
APPEAL_DAYS = env.whole("APPEAL_DAYS", 184)
if 0 < APPEAL_DAYS < 184:
    stop(f"APPEAL_DAYS={APPEAL_DAYS} must be at least 184, which are six months; or 0.")

#: Whether the public log of moderation says who decided.
MODERATION_LOG_NAMES = env.flag("MODERATION_LOG_NAMES", False)

# The law

#: E-mail addresses, or domains, of trusted flaggers (article 22 of the Digital Services Act).
TRUSTED_FLAGGERS = env.words("TRUSTED_FLAGGERS")

#: Where authorities, and where users turn to (articles 11 and 12), and who represents the site in
#: the European Union (article 13), as text for the pages of the rules and of transparency.
CONTACT_AUTHORITIES = env.text("CONTACT_AUTHORITIES", "")
CONTACT_USERS = env.text("CONTACT_USERS", "")
LEGAL_REPRESENTATIVE = env.text("LEGAL_REPRESENTATIVE", "")
