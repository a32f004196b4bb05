// Language and theme of a report's pages. The choice is kept in this browser, where it lets us.
"use strict";
(() => {
  const page = document.documentElement;

  const kept = (key) => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const keep = (key, value) => {
    try { localStorage.setItem(key, value); } catch { /* not kept, then */ }
  };

  const isDark = () => page.dataset.theme
    ? page.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;

  // At once, so that nothing is shown in the wrong colours or language first.
  if (kept("bma-language") === "en") page.lang = "en";
  if (["light", "dark"].includes(kept("bma-theme"))) page.dataset.theme = kept("bma-theme");

  const showLanguage = () => {
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === page.lang));
    }
    for (const labelled of document.querySelectorAll("[data-label-th]")) {
      labelled.setAttribute("aria-label", page.lang === "en" ? labelled.dataset.labelEn : labelled.dataset.labelTh);
    }
  };
  const showTheme = () => {
    document.querySelector("[data-theme-switch]").setAttribute("aria-pressed", String(isDark()));
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector(".settings").hidden = false;
    showLanguage();
    showTheme();
    for (const button of document.querySelectorAll("[data-language]")) {
      button.addEventListener("click", () => {
        page.lang = button.dataset.language;
        keep("bma-language", page.lang);
        showLanguage();
        document.dispatchEvent(new Event("bma-language"));
      });
    }
    document.querySelector("[data-theme-switch]").addEventListener("click", () => {
      page.dataset.theme = isDark() ? "light" : "dark";
      keep("bma-theme", page.dataset.theme);
      showTheme();
    });
  });
})();
