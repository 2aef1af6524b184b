-- Quotations with these words: from mart.who_said('another storm').
create macro mart.who_said(words) as table
select quote, speaker, published_on, kind, cue, publisher, title, url
from mart.quote_book
where contains(lower(quote), lower(words))
order by published_on, article_id, quote_no
