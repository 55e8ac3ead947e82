// Light or dark as the user wants it; without a word of the user, as the system does.
document.addEventListener("click", event => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-appearance-toggle]")) {
        return;
    }

    const root = document.documentElement;
    const isDark = root.dataset.appearance
        ? root.dataset.appearance === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
    const chosen = isDark ? "light" : "dark";
    root.dataset.appearance = chosen;
    for (const link of document.querySelectorAll("link[data-theme]")) {
        link.media = link.dataset.theme === chosen ? "all" : "not all";
    }

    document.cookie = `daprdynamo-appearance=${chosen}; path=/; max-age=31536000; samesite=lax`;
});

// A portal that was restarted knows the page no more: open it anew as soon as it answers.
const reconnect = document.getElementById("components-reconnect-modal");
reconnect?.addEventListener("components-reconnect-state-changed", event => {
    switch (event.detail.state) {
        case "show":
            reconnect.showModal();
            break;
        case "hide":
            reconnect.close();
            break;
        case "rejected":
            location.reload();
            break;
    }
});

// A long text is sent when its writer pauses, not with every keystroke. Leaving the field tells of it anyway.
const pauses = new WeakMap();
document.addEventListener("input", event => {
    const field = event.target;
    if (field instanceof HTMLTextAreaElement && "tellsAtPauses" in field.dataset) {
        clearTimeout(pauses.get(field));
        pauses.set(field, setTimeout(() => field.dispatchEvent(new Event("change", { bubbles: true })), 250));
    }
});
