"""What to call the device that signs in: by its User-Agent, which is only a hint to its owner."""

import re

LONGEST = 60
BROWSERS = {  # a sign in the User-Agent → the name; the first found counts, as Chrome says Safari, too
    "MicroMessenger": "WeChat",
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def device_name(user_agent: str) -> str:
    """`Chrome, Android`; of what is no browser its first word, `okhttp/4.12`; empty if it says nothing."""
    said = re.sub(r"[^\x20-\x7e]", "", user_agent)
    system = next((name for sign, name in SYSTEMS.items() if sign in said), "")
    if not said.startswith("Mozilla/"):
        return ", ".join(filter(None, (said.partition(" ")[0][:40], system)))[:LONGEST]
    browser = next((name for sign, name in BROWSERS.items() if f"{sign}/" in said), "")
    return ", ".join(filter(None, (browser, system)))
