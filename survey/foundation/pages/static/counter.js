// Says how many characters of a comment are left. Without scripts the hint above says how many
// there may be, and the server counts in any case. Words come from the page, in its language.
"use strict";
for (const field of document.querySelectorAll("textarea[data-longest]")) {
  const longest = Number(field.dataset.longest);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const shown = document.createElement("p");
  const spoken = document.createElement("p");
  shown.className = "hint counter";
  shown.setAttribute("aria-hidden", "true");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  field.after(shown, spoken);
  let wait;
  const count = () => {
    // As the server counts: no outer blanks, and whole characters, not halves of them.
    const left = longest - [...field.value.trim()].length;
    const words = left < 0 ? field.dataset.over : field.dataset.left;
    shown.textContent = words.replace("{n}", number.format(Math.abs(left)));
    shown.classList.toggle("over", left < 0);
    return shown.textContent;
  };
  field.addEventListener("input", () => {
    count();
    clearTimeout(wait);
    // Not with every key, or a screen reader would never come to an end.
    wait = setTimeout(() => { spoken.textContent = count(); }, 1000);
  });
  count();
}
