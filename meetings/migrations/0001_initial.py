import django.db.models.deletion
import django.utils.timezone
import pods.refs
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('mailings', '0002_initial'),
        ('partnerships', '0002_directory_complete'),
        ('pods', '0002_refs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=pods.refs.new_ref, editable=False, max_length=8, unique=True)),
                ('uid', models.CharField(editable=False, max_length=120, unique=True)),
                ('organiser', models.CharField(editable=False, max_length=254, verbose_name='calendar address')),
                ('title', models.CharField(blank=True, max_length=150)),
                ('words', models.TextField(blank=True, verbose_name='what it is about')),
                ('status', models.CharField(choices=[('proposed', 'being planned'), ('polling', 'a poll is out'), ('scheduled', 'planned'), ('held', 'took place'), ('cancelled', 'cancelled')], default='proposed', max_length=9)),
                ('starts_at', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('mode', models.CharField(choices=[('in person', 'In person'), ('online', 'Online'), ('hybrid', 'In person and online')], default='in person', max_length=10)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('access', models.CharField(blank=True, max_length=300, verbose_name='getting in')),
                ('join_url', models.URLField(blank=True, max_length=500, verbose_name='link to join')),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('moved_sequence', models.PositiveIntegerField(default=0)),
                ('capacity', models.PositiveIntegerField(blank=True, null=True, verbose_name='places')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_reason', models.CharField(blank=True, max_length=300)),
                ('held_at', models.DateTimeField(blank=True, null=True, verbose_name='its record was made')),
                ('others', models.PositiveSmallIntegerField(default=0, verbose_name='others who came')),
                ('minutes_agreed', models.PositiveIntegerField(blank=True, null=True)),
                ('minutes_agreed_at', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('follows', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='meetings.meeting')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='pods.group')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='partnerships.partnership')),
            ],
            options={
                'ordering': ['-starts_at'],
                'indexes': [models.Index(fields=['partnership', 'starts_at'], name='meetings_of_a_partnership')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['proposed', 'polling', 'scheduled', 'held', 'cancelled'])), name='meeting_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('ends_at', None), ('starts_at', None)), models.Q(('ends_at__gt', models.F('starts_at')), ('ends_at__isnull', False), ('starts_at__isnull', False)), _connector='OR'), name='meeting_ends_after_it_begins', violation_error_message='It ends before it begins.'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['scheduled', 'held']), _negated=True), ('starts_at__isnull', False), _connector='OR'), name='planned_meeting_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['proposed', 'polling']), _negated=True), ('starts_at', None), _connector='OR'), name='open_meeting_has_no_time'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('status', 'cancelled'), models.Q(('cancel_reason', ''), _negated=True)), models.Q(models.Q(('status', 'cancelled'), _negated=True), ('cancel_reason', ''), ('cancelled_at', None)), _connector='OR'), name='cancelled_with_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('held_at__isnull', False), ('status', 'held')), models.Q(models.Q(('status', 'held'), _negated=True), ('held_at', None)), _connector='OR'), name='held_meeting_says_when_recorded'), models.CheckConstraint(condition=models.Q(('moved_sequence__lte', models.F('sequence'))), name='moved_within_the_sequence'), models.CheckConstraint(condition=models.Q(('capacity', None), ('capacity__gte', 1), _connector='OR'), name='capacity_at_least_1'), models.CheckConstraint(condition=models.Q(models.Q(('minutes_agreed', None), ('minutes_agreed_at', None)), models.Q(('minutes_agreed__isnull', False), ('minutes_agreed_at__isnull', False)), _connector='OR'), name='agreed_minutes_have_their_time'), models.CheckConstraint(condition=models.Q(('group__isnull', False), models.Q(('title', ''), _negated=True), _connector='OR'), name='event_has_a_title', violation_error_message='An event for everyone has a title.'), models.UniqueConstraint(condition=models.Q(('group__isnull', False), models.Q(('status', 'cancelled'), _negated=True)), fields=('group', 'starts_at'), name='one_meeting_of_a_group_at_a_time', violation_error_message='The group meets at that time already.'), models.UniqueConstraint(condition=models.Q(('group__isnull', False), ('status__in', ['proposed', 'polling'])), fields=('group',), name='one_meeting_being_planned', violation_error_message="The group's next meeting is being planned already.")],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('invited_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reply', models.CharField(blank=True, choices=[('yes', 'Yes'), ('maybe', 'Not sure yet'), ('no', 'No')], max_length=5)),
                ('how', models.CharField(blank=True, choices=[('in person', 'in person'), ('online', 'online')], max_length=9)),
                ('replied_at', models.DateTimeField(blank=True, null=True)),
                ('replied_sequence', models.PositiveIntegerField(default=0)),
                ('source', models.CharField(blank=True, choices=[('page', 'on the reply page'), ('calendar', 'from a calendar'), ('manager', 'told the leader')], max_length=8)),
                ('needs', models.CharField(blank=True, max_length=300, verbose_name='access and food')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='to whoever leads it')),
                ('waiting_since', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='meetings.meeting')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meeting', 'member'), name='invited_once'), models.CheckConstraint(condition=models.Q(('reply__in', ['', 'yes', 'maybe', 'no'])), name='reply_known'), models.CheckConstraint(condition=models.Q(models.Q(('replied_at', None), ('reply', ''), ('source', '')), models.Q(models.Q(('reply', ''), _negated=True), models.Q(('source', ''), _negated=True), ('replied_at__isnull', False)), _connector='OR'), name='a_reply_has_its_time'), models.CheckConstraint(condition=models.Q(('waiting_since', None), ('reply', 'yes'), _connector='OR'), name='only_a_yes_waits')],
            },
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300)),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='by when')),
                ('done_on', models.DateField(blank=True, null=True)),
                ('dropped_on', models.DateField(blank=True, null=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='pods.group')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='follow_ups', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='meetings.meeting')),
            ],
            options={
                'verbose_name': 'follow-up',
                'verbose_name_plural': 'follow-ups',
                'ordering': [models.OrderBy(models.F('due_on'), nulls_last=True), 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('done_on', None), ('dropped_on', None), _connector='OR'), name='done_or_dropped')],
            },
        ),
        migrations.CreateModel(
            name='DatePoll',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closes_on', models.DateField(verbose_name='last day to answer')),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='poll', to='meetings.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.CharField(choices=[('in person', 'in person'), ('online', 'online'), ('apologies', 'sent apologies')], max_length=9)),
                ('organisation', models.CharField(blank=True, max_length=200)),
                ('sector', models.CharField(blank=True, choices=[('cultural', 'Cultural organisation'), ('museum', 'Museum, gallery or heritage'), ('library', 'Library'), ('school', 'School'), ('early-years', 'Early years'), ('further', 'Further education'), ('higher', 'Higher education'), ('music-hub', 'Music hub'), ('youth', 'Youth sector'), ('local-authority', 'Local authority'), ('community', 'Community or voluntary'), ('industry', 'Creative industries or employer'), ('health', 'Health'), ('freelance', 'Freelancer'), ('funder', 'Funder')], max_length=20)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='meetings.meeting')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meeting', 'member'), name='there_once')],
            },
        ),
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('poll', 'asked which dates suit'), ('poll reminder', 'asked again which dates suit'), ('invitation', 'invited'), ('venue', 'told the venue'), ('moved', 'told the new time'), ('cancelled', 'told that it is cancelled'), ('withdrawn', 'taken out of a calendar'), ('reminder', 'reminded'), ('eve', 'sent the papers the day before'), ('outcome', 'told what was decided'), ('word', 'written to')], max_length=13)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('words', models.TextField(blank=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='pods.group')),
                ('mailing', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='announcement', to='mailings.mailing')),
                ('only', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='meetings.meeting')),
            ],
            options={
                'ordering': ['-at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('meeting__isnull', False), models.Q(('group__isnull', False), ('what', 'word')), _connector='OR'), name='announcement_is_about_something')],
            },
        ),
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=150)),
                ('minutes', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('kind', models.CharField(choices=[('inform', 'to hear'), ('discuss', 'to talk about'), ('decide', 'to decide')], default='discuss', max_length=7)),
                ('outcome', models.TextField(blank=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agenda', to='meetings.meeting')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'position'), name='one_item_per_position')],
            },
        ),
        migrations.CreateModel(
            name='MeetingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sequence', models.PositiveIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('mode', models.CharField(max_length=10)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='meetings.meeting')),
            ],
            options={
                'ordering': ['sequence'],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'sequence'), name='one_change_per_sequence')],
            },
        ),
        migrations.CreateModel(
            name='MinutesRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='minutes_revisions', to='meetings.meeting')),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'number'), name='one_revision_per_number')],
            },
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=150)),
                ('url', models.URLField(max_length=500, verbose_name='link')),
                ('visibility', models.CharField(choices=[('group', 'people of the group'), ('public', 'everybody')], default='group', max_length=6, verbose_name='who reads it')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='meetings.meeting')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PodReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='pods.group')),
                ('sent_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('steering', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='meetings.meeting')),
            ],
            options={
                'ordering': ['-made_at'],
                'constraints': [models.UniqueConstraint(fields=('group', 'steering'), name='one_report_for_a_steering_meeting'), models.UniqueConstraint(condition=models.Q(('sent_at', None)), fields=('group',), name='one_report_being_written')],
            },
        ),
        migrations.CreateModel(
            name='PollOption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField()),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='options', to='meetings.datepoll')),
            ],
            options={
                'ordering': ['starts_at'],
                'constraints': [models.UniqueConstraint(fields=('poll', 'starts_at'), name='one_option_per_time')],
            },
        ),
        migrations.CreateModel(
            name='PollAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.CharField(choices=[('yes', 'Yes'), ('maybe', 'If need be'), ('no', 'No')], max_length=5)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='poll_answers', to=settings.AUTH_USER_MODEL)),
                ('option', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='meetings.polloption')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('option', 'member'), name='one_answer_per_date'), models.CheckConstraint(condition=models.Q(('answer__in', ['yes', 'maybe', 'no'])), name='answer_known')],
            },
        ),
    ]
