extension HTMLPage {
  /// Numbers in words, and elements: what the scripts of all pages share.
  static let wordScript = #"""
    function digits3(value) {
      const size = Math.abs(value);
      const shown = size < 10 ? value.toFixed(2) : size < 100 ? value.toFixed(1) : null;
      return shown !== null && Math.abs(Number(shown)) < 100 ? shown : String(Math.round(value));
    }

    function bytesText(value) {
      const step = meta.binary ? 1024 : 1000;
      const units = meta.binary ? ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']
        : ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
      let unit = 0, rest = value;
      if (Math.round(Math.abs(rest)) < step) {
        return (Number.isInteger(rest) ? String(rest) : digits3(rest)) + ' B';
      }
      while (unit < 6 && Math.abs(Number(digits3(rest))) >= step) { rest /= step; unit++; }
      return digits3(rest) + ' ' + units[unit];
    }

    function secondsText(value) {
      const size = Math.abs(value);
      if (size === 0) return '0 s';
      if (size < 1e-6) return digits3(value * 1e9) + ' ns';
      if (size < 1e-3) return digits3(value * 1e6) + ' us';
      if (size < 1) return digits3(value * 1e3) + ' ms';
      if (size < 60) return digits3(value) + ' s';
      const whole = Math.round(size), sign = value < 0 ? '-' : '';
      if (whole < 3600) return `${sign}${Math.floor(whole / 60)} min ${whole % 60} s`;
      return `${sign}${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
    }

    const decimalText = value => value.toLocaleString('en-US', { maximumFractionDigits: 6 });

    const countText = value => Math.round(value).toLocaleString('en-US');

    function shareText(part, whole) {
      if (!(whole > 0)) return '–';
      const percent = part / whole * 100;
      if (percent > 0 && percent < 0.05) return '<0.1%';
      if (percent > 99.9 && percent < 100) return '99.9%';
      return percent.toFixed(1) + '%';
    }

    const byId = id => document.getElementById(id);

    function element(tag, text, className) {
      const result = document.createElement(tag);
      if (text !== undefined) result.textContent = text;
      if (className) result.className = className;
      return result;
    }

    function isDark() {
      const chosen = document.documentElement.dataset.theme;
      return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    }

    """#

  /// Reads the data that stands before the script.
  static let dataScript = #"""
    'use strict';
    const meta = JSON.parse(document.getElementById('memq-data').textContent);

    """#
}
