/** Starts the module that an element names: <div data-module="focus-here"> runs ./modules/focus-here.js on it. */
for (const element of document.querySelectorAll("[data-module]")) {
  import(`./modules/${element.dataset.module}.js`).then((module) => module.start(element))
}
