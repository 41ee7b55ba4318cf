/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What Orthanc Explorer shows of Cicatrix: on the page of a series its state and a
 * button to measure it again, on that of a study one line for each of its series.
 * Texts are put in as text, never as HTML.
 */
(function () {
  'use strict';

  var POLL_MS = 2000;
  var UNDER_WAY = ['waiting', 'queued', 'running', 'asked'];
  var WORDS = {
    unknown: 'not measured',
    waiting: 'waiting for all of its images',
    asked: 'will be measured',
    queued: 'in the queue',
    running: 'being measured',
    done: 'measured',
    refused: 'not for Cicatrix',
    failed: 'failed'
  };

  function busy(state) {
    return $.inArray(state.state, UNDER_WAY) >= 0;
  }

  function sentence(state) {
    var word = WORDS.hasOwnProperty(state.state) ? WORDS[state.state] : state.state;
    var told = state.message && !busy(state); /* else it is of the run before */
    return 'Cicatrix: ' + word + (told ? ' (' + state.message + ')' : '');
  }

  function route(series) {
    return '../cicatrix/series/' + encodeURIComponent(series);
  }

  /* The state of a series into a line of text, again as long as it is under way and
     the page is open. */
  function follow(series, line, page, button) {
    function shown() {
      return $.mobile.activePage && $.mobile.activePage.attr('id') === page &&
             line.data('series') === series;
    }
    function show(state) {
      if (line.data('series') !== series) {
        return;
      }
      line.text(sentence(state));
      if (button) {
        button.toggle(!busy(state));
      }
      if (busy(state)) {
        setTimeout(function () {
          if (shown()) {
            ask('GET');
          }
        }, POLL_MS);
      }
    }
    function ask(method) {
      $.ajax({
        url: route(series), type: method, dataType: 'json', cache: false,
        data: method === 'POST' ? '{}' : undefined,
        success: show,
        error: function (reply) {
          if (line.data('series') === series) {
            line.text('Cicatrix: no answer (HTTP ' + reply.status + ')');
          }
        }
      });
    }
    line.data('series', series);
    line.text('Cicatrix: ...');
    ask('GET');
    return ask;
  }

  /* The panel of a page, made once. */
  function panel(page, id) {
    var there = $('#' + id);
    if (there.length === 0) {
      there = $('<div>').attr('id', id).addClass('ui-body ui-body-c ui-corner-all')
        .css({margin: '1em 0'});
      $('#' + page).find('div[data-role="content"]').first().prepend(there);
    }
    return there.empty();
  }

  function mr(series) {
    return series.MainDicomTags && series.MainDicomTags.Modality === 'MR';
  }

  $('#series').live('pagebeforeshow', function () {
    var id = $.mobile.pageData && $.mobile.pageData.uuid;
    var box = panel('series', 'cicatrix-series').hide();
    if (!id) {
      return;
    }
    $.getJSON('../series/' + encodeURIComponent(id), function (series) {
      if (!mr(series)) {
        return;
      }
      var line = $('<p>'), button = $('<a>').attr('href', '#').text('Measure the scar again');
      var ask = follow(id, line, 'series', button);
      button.click(function (event) {
        event.preventDefault();
        ask('POST');
      });
      box.empty().append(line).append($('<p>').append(button)).show();
      if (button.buttonMarkup) {
        button.buttonMarkup({inline: true, icon: 'refresh'});
      }
    });
  });

  $('#study').live('pagebeforeshow', function () {
    var id = $.mobile.pageData && $.mobile.pageData.uuid;
    var box = panel('study', 'cicatrix-study').hide();
    if (!id) {
      return;
    }
    $.getJSON('../studies/' + encodeURIComponent(id) + '/series', function (all) {
      box.empty();
      $.each($.grep(all, mr), function (unused, series) {
        var line = $('<span>'), name = series.MainDicomTags.SeriesDescription || series.ID;
        follow(series.ID, line, 'study');
        box.append($('<p>').append($('<b>').text(name + ': ')).append(line)).show();
      });
    });
  });
}());
