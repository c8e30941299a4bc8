"""What people write: what is held, how much, how long it can be changed; guests."""

from forum.lib.env import stop
from forum.settings.environment import env

#: So much one person may post in a minute and in an hour; 0 for any amount.
POSTS_PER_MINUTE = env.whole("POSTS_PER_MINUTE", 6)
POSTS_PER_HOUR = env.whole("POSTS_PER_HOUR", 60)
#: So many posts of a newcomer are held: until a moderator has let that many through.
HOLD_FIRST_POSTS = env.whole("HOLD_FIRST_POSTS", 0)
#: Whoever has so many of their last twenty posts removed has the next ones held; 0 for nobody.
HOLD_AFTER_REMOVALS = env.whole("HOLD_AFTER_REMOVALS", 3)
#: What has more links than that to other sites is held; 0 for none.
HOLD_LINKS = env.whole("HOLD_LINKS", 10)
#: Whoever has posted the same so often in a day is asked whether to post it again, and has it held;
#: 0 for never.
NUDGE_REPEATS = env.whole("NUDGE_REPEATS", 1)
HOLD_REPEATS = env.whole("HOLD_REPEATS", 3)
#: Where a check of the site's own is asked about everything that is to be public, and the secret by
#: which it knows who asks; empty: there is none.
SCREENING_HOOK_URL = env.text("SCREENING_HOOK_URL", "")
SCREENING_HOOK_SECRET = env.text("SCREENING_HOOK_SECRET", "")
if SCREENING_HOOK_URL and not SCREENING_HOOK_URL.startswith(("http://", "https://")):
    stop("SCREENING_HOOK_URL must start with http:// or https://.")
if SCREENING_HOOK_URL and not SCREENING_HOOK_SECRET:
    stop("SCREENING_HOOK_URL is set; set SCREENING_HOOK_SECRET to a long random text as well.")
#: The key of Akismet, which then is asked about everything that is to be public; empty: it is not.
AKISMET_KEY = env.text("AKISMET_KEY", "")
#: Who breaks one of these rules, by their slugs, has posted spam: Akismet is told.
AKISMET_RULES = env.words("AKISMET_RULES", ["no-advertising"])
#: Seconds that such a server has for its answer, and whether a post is published (open) or held
#: (closed) where there is none.
SCREENING_SECONDS = env.whole("SCREENING_SECONDS", 2)
SCREENING_FAILS = env.choice("SCREENING_FAILS", "open", ["open", "closed"])
#: A removal counts as a strike of its author for so many days.
STRIKE_DAYS = env.whole("STRIKE_DAYS", 180)
#: An edit so soon after posting, that nobody has answered to yet, is not told to readers.
QUIET_EDIT_MINUTES = env.whole("QUIET_EDIT_MINUTES", 5)
#: An edit after that is told to be late.
LATE_EDIT_HOURS = env.whole("LATE_EDIT_HOURS", 24)
#: After that nothing is edited; 0 for never.
EDIT_LIMIT_HOURS = env.whole("EDIT_LIMIT_HOURS", 0)
#: For so long what was withdrawn can be put back; 0 for ever.
UNDO_HOURS = env.whole("UNDO_HOURS", 24)

# Guests

#: Who may respond without an account: nobody; under articles whose policy lets guests; under all
#: but those whose policy does not.
GUEST_RESPONSES = env.choice("GUEST_RESPONSES", "never", ["never", "chosen", "always"])
#: A guest confirms a response within so many hours; then nothing is left of it.
GUEST_LINK_HOURS = env.whole("GUEST_LINK_HOURS", 48)
#: A guest's e-mail address is forgotten so many days after the decision.
GUEST_EMAIL_DAYS = env.whole("GUEST_EMAIL_DAYS", 30)
