-- Quotations of a speaker: from mart.said_by('Ana Reyes'); part of the name is enough.
create macro mart.said_by(who) as table
select quote, speaker, published_on, kind, cue, publisher, title, url
from mart.quote_book
where contains(lower(speaker), lower(who))
order by published_on, article_id, quote_no
