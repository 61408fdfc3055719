/**
 * Filter and search. The page is whole without it: it only hides what does not match. `/` goes to the search, Escape empties it.
 */
export const script = `
(function () {
  'use strict';
  var form = document.getElementById('filter');
  var search = document.getElementById('search');
  var verdict = document.getElementById('verdict');
  var arm = document.getElementById('arm');
  var told = document.getElementById('told');
  var items = Array.prototype.slice.call(document.querySelectorAll('[data-item]'));
  var groups = Array.prototype.slice.call(document.querySelectorAll('[data-group]'));
  var texts = new Map();
  function textOf(item) {
    if (!texts.has(item)) texts.set(item, (item.getAttribute('data-item') + ' ' + item.textContent).toLowerCase());
    return texts.get(item);
  }
  function matches(item, words) {
    if (verdict.value !== '' && item.getAttribute('data-verdict') !== verdict.value) return false;
    if (arm.value !== '' && item.getAttribute('data-arm') !== arm.value) return false;
    var text = textOf(item);
    return words.every(function (word) { return text.indexOf(word) !== -1; });
  }
  function apply() {
    var words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    items.forEach(function (item) { item.hidden = !matches(item, words); });
    groups.forEach(function (group) { group.hidden = group.querySelector('[data-item]:not([hidden])') === null; });
    var rows = items.filter(function (item) { return item.tagName === 'TR'; });
    var left = rows.filter(function (item) { return !item.hidden; }).length;
    told.textContent = left + ' of ' + rows.length + ' cells shown';
  }
  form.hidden = false;
  form.addEventListener('input', apply);
  form.addEventListener('reset', function () { setTimeout(apply, 0); });
  form.addEventListener('submit', function (event) { event.preventDefault(); });
  document.addEventListener('keydown', function (event) {
    var typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); search.focus(); }
    if (event.key === 'Escape' && event.target === search) { search.value = ''; apply(); }
  });
  apply();
})();
`;
