// Suggestions under the search field, after the combobox pattern of the ARIA Authoring Practices Guide.
(function () {
  "use strict";
  const root = document.body.dataset.root || "";
  const input = document.getElementById("search");
  const list = document.getElementById("suggestions");
  if (!input || !list) return;
  let active = -1;
  let asked = 0;
  let timer = 0;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    const options = list.children;
    for (const option of options) option.setAttribute("aria-selected", "false");
    active = index;
    if (index < 0 || index >= options.length) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    options[index].setAttribute("aria-selected", "true");
    options[index].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[index].id);
  }

  function show(items) {
    list.replaceChildren();
    items.forEach(function (item, index) {
      const option = document.createElement("li");
      option.id = "suggestion-" + index;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.href = item.href;
      const name = document.createElement("span");
      name.textContent = item.matched ? item.name + " (" + item.matched + ")" : item.name;
      const type = document.createElement("span");
      type.className = "type";
      type.textContent = item.type;
      option.append(name, type);
      // The field keeps the focus; a click must not take it before it counts.
      option.addEventListener("pointerdown", function (event) { event.preventDefault(); });
      option.addEventListener("click", function () { window.location.assign(item.href); });
      list.append(option);
    });
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    mark(-1);
  }

  async function ask() {
    const mine = ++asked;
    const text = input.value.trim();
    if (!text) { close(); return; }
    try {
      const answer = await fetch(root + "/suggest?q=" + encodeURIComponent(text));
      if (answer.ok && mine === asked) show(await answer.json());
    } catch {
      close();
    }
  }

  input.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", function (event) {
    const count = list.children.length;
    if (event.key === "Escape") { close(); return; }
    if (list.hidden || count === 0) return;
    if (event.key === "ArrowDown") { mark((active + 1) % count); event.preventDefault(); }
    if (event.key === "ArrowUp") { mark((active - 1 + count) % count); event.preventDefault(); }
    if (event.key === "Enter" && active >= 0) {
      window.location.assign(list.children[active].dataset.href);
      event.preventDefault();
    }
  });
  input.addEventListener("blur", function () { setTimeout(close, 100); });
})();
